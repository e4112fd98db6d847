"""The ground floor: identities, envelopes, boxes, the journal, the encrypted database, the clock.  Imports no room."""
