@NullMarked
package io.tabellion.audit.follow;

import org.jspecify.annotations.NullMarked;
