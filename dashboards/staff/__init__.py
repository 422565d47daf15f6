"""The pages that staff work in: what is to do, its forms, projects, holds, leave."""
