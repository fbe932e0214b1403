/* Empty: fastText's headers are C++ and only CFastText includes them. */
