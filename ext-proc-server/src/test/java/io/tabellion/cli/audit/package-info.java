@NullMarked
package io.tabellion.cli.audit;

import org.jspecify.annotations.NullMarked;
