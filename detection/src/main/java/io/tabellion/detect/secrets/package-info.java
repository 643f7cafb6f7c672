/** The built-in detectors of secrets. */
@NullMarked
package io.tabellion.detect.secrets;

import org.jspecify.annotations.NullMarked;
