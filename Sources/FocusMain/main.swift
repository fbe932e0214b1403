internal import FocusTool

CommandProcess.main()
