"""What is kept but must not be read by who only has the database: sealed with keys in files under OA_HOME/keys.

A file holds one key a line (Fernet: AES-128-CBC with HMAC-SHA256, random IV); the first one seals, all open. To change
a key, put a new line first.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet

from models.settings import settings
from printouts.filing.durable import keep_first


@lru_cache
def vault(name: str) -> MultiFernet:
    """Opens and seals under the key `name`, which is made at the first use."""
    path = settings().keys / name
    if not path.exists():
        keep_first(path, Fernet.generate_key())
    return MultiFernet([Fernet(line) for line in path.read_bytes().split()])
