@NullMarked
package io.tabellion.audit.merkle;

import org.jspecify.annotations.NullMarked;
