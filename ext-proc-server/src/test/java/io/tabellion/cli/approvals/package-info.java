@NullMarked
package io.tabellion.cli.approvals;

import org.jspecify.annotations.NullMarked;
