package io.tabellion.identity;

/** Who calls, or why nobody does. */
public sealed interface Identification {

  /** The caller is known, or may be anonymous. */
  record Known(Caller caller) implements Identification {}

  /** There is no caller. */
  record Refused(Reason reason) implements Identification {}

  /** Why there is no caller; also the metric label. */
  enum Reason {
    /** No source that counts here said anything. */
    NOTHING_VERIFIED,
    /** The token's issuer is not allowed here. */
    ISSUER,
    /** The token is meant for somebody else. */
    AUDIENCE,
    /** The token names no subject, or a claim has the wrong form. */
    CLAIMS,
    /** Nobody vouches that the certificate was verified. */
    CERTIFICATE_UNVERIFIED,
    /** The SPIFFE id is of a trust domain that is not allowed here, or there is none. */
    TRUST_DOMAIN,
    /** What was identified is a gateway on the way, not a caller. */
    HOP
  }
}
