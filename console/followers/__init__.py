"""The other end of errands: work that a change has filed and that is done later, again and again until it is done."""
