/* The command of the packages: all of it is in libswiftfocus.so, so that the two need not be shipped twice. */

int FocusMain_main(int count, char **arguments);

int main(int count, char **arguments) { return FocusMain_main(count, arguments); }
