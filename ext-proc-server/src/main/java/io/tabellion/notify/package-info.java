/** Tells people of approvals: webhooks, signed, tried again, kept over restarts. */
@NullMarked
package io.tabellion.notify;

import org.jspecify.annotations.NullMarked;
