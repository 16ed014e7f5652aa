"""Values every listener is handed: the handling, the responder, the acknowledgement."""
