"""How pages look: class names, attributes and nesting as the publisher's templates have them, our own words in them."""
