@NullMarked
package io.tabellion.approval;

import org.jspecify.annotations.NullMarked;
