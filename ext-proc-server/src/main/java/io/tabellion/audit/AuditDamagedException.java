package io.tabellion.audit;

/**
 * What lies on the disk is not what was written, or is not there: a failed check, a missing key, a
 * hole. The message names file and offset, never content.
 */
public final class AuditDamagedException extends RuntimeException {

  public AuditDamagedException(String message) {
    super(message);
  }

  public AuditDamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
