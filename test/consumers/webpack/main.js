import 'lr-lab';
