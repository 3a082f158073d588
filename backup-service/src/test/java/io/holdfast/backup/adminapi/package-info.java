@NullMarked
package io.holdfast.backup.adminapi;

import org.jspecify.annotations.NullMarked;
