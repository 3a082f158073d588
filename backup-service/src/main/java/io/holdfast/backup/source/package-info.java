/** The databases that are protected: named in the configuration, identified by an id that never changes. */
@NullMarked
package io.holdfast.backup.source;

import org.jspecify.annotations.NullMarked;
