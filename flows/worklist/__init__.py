"""Work items in people's hands, and the lists that show them."""
