"""What can be done with records, once for every face: the management API, the console, commands, dialects.

Here belong the operations, the forms that they take and give, what is said of each member, and the way in
which one is admitted, done and told to the log. What may be done to a record, and by whom, is decided in
`features`; nothing here can reach a record without passing there.
"""
