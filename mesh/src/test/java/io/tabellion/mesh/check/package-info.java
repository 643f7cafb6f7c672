@NullMarked
package io.tabellion.mesh.check;

import org.jspecify.annotations.NullMarked;
