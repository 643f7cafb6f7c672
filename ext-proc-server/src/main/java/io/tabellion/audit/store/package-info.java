@NullMarked
package io.tabellion.audit.store;

import org.jspecify.annotations.NullMarked;
