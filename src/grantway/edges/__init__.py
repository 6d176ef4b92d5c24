"""The faces of the server: HTTP in, HTTP out.

What belongs here translates: requests into messages, outcomes and refusals into answers. No face
decides who may get what (that is `features`), none of them speaks SQL (that is `storage`), and the
faces do not know each other; what they share is in `web`.
"""
