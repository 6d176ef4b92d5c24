"""The kit that all faces share: requests and answers, forms, cookies, headers, pages, failures.

What belongs here serves at least two faces, or is the contract between them and the composition (the
dialect contract, the mounts, the bridge to the HTTP server). A path, a parameter name or a sentence
that only one face knows does not belong here.
"""
