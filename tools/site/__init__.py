"""The documentation as a site, its generated pages and its pictures."""
