"""The answers and acts as JSON under `/api/v1`, for machines and for scripts of analysts."""
