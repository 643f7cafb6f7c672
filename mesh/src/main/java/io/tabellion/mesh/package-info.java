/** What Tabellion is called in a mesh: names of its filters, of its service, of its metadata. */
@NullMarked
package io.tabellion.mesh;

import org.jspecify.annotations.NullMarked;
