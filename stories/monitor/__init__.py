"""Whether this process may serve, and the desk in figures. Imports database, record and replicas."""
