"""What is said of a database that cannot be used: what is the matter, and what to do, without any value."""

from __future__ import annotations

from collections.abc import Mapping

ROOT_KEY_MISSING = "GRANTWAY_ROOT_KEYS lacks the key under which this database was sealed."
ROOT_KEY_ADVICE = "Put back into GRANTWAY_ROOT_KEYS the key under which this database was sealed."

_CHECK = "Check GRANTWAY_DATABASE_URL, and whether the database runs."
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("unreachable", "The database does not answer.", _CHECK),
    (
        "refused",
        "Nobody listens at the address of the database.",
        "Start it, or correct host and port in GRANTWAY_DATABASE_URL.",
    ),
    (
        "unknown_host",
        "The name of the database's host does not resolve.",
        "Correct the host in GRANTWAY_DATABASE_URL, or the name service of this machine.",
    ),
    (
        "silent",
        "The database did not answer in time.",
        "See whether a firewall stands between, or whether it is busy with something else.",
    ),
    ("starting", "The database is starting or stopping.", "Try again in a moment."),
    (
        "full",
        "The database takes no more connections.",
        "It must allow GRANTWAY_POOL_SIZE times the processes: raise its limit, or lower that.",
    ),
    (
        "no_database",
        "The server has no database of this name.",
        "Make it with `createdb`, or correct the name in GRANTWAY_DATABASE_URL.",
    ),
    (
        "no_role",
        "The server does not let this user in.",
        "Make the role, correct the user in GRANTWAY_DATABASE_URL, or allow it in pg_hba.conf.",
    ),
    (
        "wrong_password",
        "The password of the database's user is wrong, or missing.",
        "Correct it in GRANTWAY_DATABASE_URL; signs such as @ and / are written as %40 and %2F there.",
    ),
    (
        "no_right",
        "The database's user has no right to do this.",
        "Make it the owner of the database, or grant it CONNECT there and USAGE and CREATE on the schema.",
    ),
    (
        "wrong_tls",
        "The connection to the database could not be encrypted as asked.",
        "Check sslmode and sslrootcert in GRANTWAY_DATABASE_URL, and the certificate of the server.",
    ),
    (
        "read_only",
        "The database can be read and not written.",
        "Let GRANTWAY_DATABASE_URL lead to the primary; of a file, make it and its folder writable.",
    ),
    ("not_set_up", "The database lacks tables of this version.", "Run `grantway migrate`."),
    (
        "newer",
        "The database was migrated by a newer version of Grantway.",
        "Start that version, or go back to the copy that was made before.",
    ),
    (
        "locked",
        "Another program holds the database.",
        "Stop what works on it, such as a copy or a migration, and try again.",
    ),
    (
        "disk_full",
        "The database could not write to its disk.",
        "Make room on it, and see whether it is healthy.",
    ),
    (
        "no_folder",
        "The folder of the database's file does not exist.",
        "Make it, or correct the path in GRANTWAY_DATABASE_URL.",
    ),
    (
        "no_file",
        "There is no file of this name yet.",
        "Run `grantway migrate` to make it, or correct the path in GRANTWAY_DATABASE_URL.",
    ),
    (
        "unwritable_folder",
        "The folder of the database's file cannot be written to.",
        "Give it to the user that runs Grantway, or choose another in GRANTWAY_DATABASE_URL.",
    ),
    (
        "unreadable_file",
        "The database's file cannot be opened.",
        "Give it to the user that runs Grantway.",
    ),
    (
        "not_a_file",
        "The path of the database is that of a folder.",
        "Put the name of a file behind it in GRANTWAY_DATABASE_URL.",
    ),
    (
        "not_a_database",
        "The file is no database, or it is damaged.",
        "Correct the path in GRANTWAY_DATABASE_URL, or bring back a copy.",
    ),
)
SENTENCES: Mapping[str, str] = {name: sentence for name, sentence, _ in _TABLE}
"""What is the matter, by the value of `storage.trouble.Trouble`."""
ADVICE: Mapping[str, str] = {name: advice for name, _, advice in _TABLE}
"""What to do about it."""
