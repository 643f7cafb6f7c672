/**
 * Verifies a log offline, from its files and a public key (docs/audit-format.md). Shares no code
 * with what writes logs: it imports nothing of ours (P6).
 */
@NullMarked
package io.tabellion.audit.verify;

import org.jspecify.annotations.NullMarked;
