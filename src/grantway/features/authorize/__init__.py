"""The authorization endpoint: two phases of checking, then steps in the browser, then a code.

`begin` verifies the redirect first and everything else second; `steps` says what must happen next
and is pure; `pending` is what is remembered meanwhile; `finish` makes the code; `flow` ties them.
Steps never know each other: each returns to one dispatcher.
"""
