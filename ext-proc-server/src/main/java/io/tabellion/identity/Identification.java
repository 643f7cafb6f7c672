package io.tabellion.identity;

/** Who calls, or why nobody does. */
public sealed interface Identification {

  /** A delegation deeper than this is refused. */
  int MOST_ACTORS = 16;

  /** The caller is known, or may be anonymous. */
  record Known(Caller caller) implements Identification {}

  /** There is no caller. */
  record Refused(Reason reason) implements Identification {}

  /** Why there is no caller; also the metric label. */
  enum Reason {
    /** No source that counts here said anything. */
    NOTHING_VERIFIED("nothing that is verified says who calls"),
    /** The token's issuer is not allowed here. */
    ISSUER("the token's issuer is not allowed here"),
    /** The token is meant for somebody else. */
    AUDIENCE("the token is meant for another audience"),
    /** The token names no subject, or a claim has the wrong form. */
    CLAIMS("the token has no subject, or a claim of another form"),
    /** The token's chain of actors is longer than we follow. */
    ACTORS("the token's chain of actors (act) is too long, expected at most " + MOST_ACTORS),
    /** Nobody vouches that the certificate was verified. */
    CERTIFICATE_UNVERIFIED("nobody says that the certificate was verified"),
    /** The SPIFFE id is of a trust domain that is not allowed here, or there is none. */
    TRUST_DOMAIN("the certificate's trust domain is not allowed here"),
    /** What was identified is a gateway on the way, not a caller. */
    HOP("the certificate is that of a gateway, not of a caller");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** For whoever is refused; says nothing of the token but its form. */
    public String text() {
      return text;
    }
  }
}
