"""A secret store in memory."""

from vault.secretstore import SecretMissingError, check_entry


class MemorySecretStore:
    """Keeps secrets for as long as the test lives."""

    def __init__(self) -> None:
        self.secrets: dict[str, bytes] = {}

    def get(self, name: str) -> bytes:
        check_entry(name)
        if name not in self.secrets:
            raise SecretMissingError(name=name)
        return self.secrets[name]

    def put(self, name: str, value: bytes) -> None:
        check_entry(name, value)
        self.secrets[name] = value

    def delete(self, name: str) -> None:
        self.get(name)
        del self.secrets[name]
