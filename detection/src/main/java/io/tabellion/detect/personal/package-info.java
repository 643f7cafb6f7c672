/** The built-in detectors of personal data. */
@NullMarked
package io.tabellion.detect.personal;

import org.jspecify.annotations.NullMarked;
