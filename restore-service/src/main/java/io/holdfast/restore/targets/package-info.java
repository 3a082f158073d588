/** Target servers, live databases, and checks on them. */
@NullMarked
package io.holdfast.restore.targets;

import org.jspecify.annotations.NullMarked;
