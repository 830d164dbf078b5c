"""What an answer is: the page that was asked for, or a challenge, a login, an error page in its place."""
