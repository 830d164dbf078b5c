"""What happens to a draft: normalised, compared, stored."""
