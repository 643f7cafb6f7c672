@NullMarked
package io.tabellion.cli.policy;

import org.jspecify.annotations.NullMarked;
