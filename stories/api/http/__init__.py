"""What every path of the API does alike: parameters, negotiation, ETag, pages, problems, the lease.

Imports nothing of what the API serves but the reads of the log.
"""
