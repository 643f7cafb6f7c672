/**
 * EDGE. Requests for approval over HTTP: their state as OpenID AuthZEN's Access Request and
 * Approval Profile has it, and what approvers see and do.
 */
@NullMarked
package io.tabellion.authzen;

import org.jspecify.annotations.NullMarked;
