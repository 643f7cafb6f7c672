"""Makes what an identity provider and an administrator make elsewhere: keys and tokens for this tutorial.

jwks.json      public key of the identity provider: Envoy checks the callers' tokens with it
alice.jwt      token of a caller, valid for one day
auditor.token  token for the audit API
carol.token    token for approvals
"""

import json
import os
import secrets
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

here = Path(__file__).parent
os.umask(0o077)  # nobody else may read what is written

key = ec.generate_private_key(ec.SECP256R1())
public = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
(here / "jwks.json").write_text(json.dumps({"keys": [public | {"kid": "tutorial", "alg": "ES256", "use": "sig"}]}))

claims = {"iss": "https://idp.example.com", "aud": "mcp", "sub": "alice@example.com", "groups": ["support"]}
times = {"iat": int(time.time()), "exp": int(time.time()) + 86400}
(here / "alice.jwt").write_text(jwt.encode(claims | times, key, algorithm="ES256", headers={"kid": "tutorial"}))

for name in ("auditor", "carol"):
    (here / f"{name}.token").write_text(secrets.token_hex(32))
