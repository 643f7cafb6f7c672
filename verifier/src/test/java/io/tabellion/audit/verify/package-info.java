@NullMarked
package io.tabellion.audit.verify;

import org.jspecify.annotations.NullMarked;
