"""The SQL store: one schema and one set of statements, compiled once for SQLite or PostgreSQL.

`tables` say what is stored, `statements` what is asked, `rows` turn answers into records, the doors
(`gate`, `organization`, `platform`) give them names; `sqlite` and `postgresql` run them on the
driver's own connection. Nothing here is imported by anybody but `grantway.storage`.
"""
