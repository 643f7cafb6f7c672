/** {@code ./tabellion approvals}: calls that wait for a person, and what people decide. */
@NullMarked
package io.tabellion.cli.approvals;

import org.jspecify.annotations.NullMarked;
