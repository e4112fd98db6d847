"""The sample centre: a scripted line, scripted people and a file printer."""
