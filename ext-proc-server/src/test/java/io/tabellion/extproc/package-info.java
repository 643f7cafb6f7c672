@NullMarked
package io.tabellion.extproc;

import org.jspecify.annotations.NullMarked;
