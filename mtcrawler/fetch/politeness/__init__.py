"""How politely each host is asked: its robots.txt, its pace, and what it says when it is asked too often."""
