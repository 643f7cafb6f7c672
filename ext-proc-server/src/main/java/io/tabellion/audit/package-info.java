@NullMarked
package io.tabellion.audit;

import org.jspecify.annotations.NullMarked;
